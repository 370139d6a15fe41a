using Chatter.App.Startup;
using Chatter.Chat;

return await ChatterHost.Run(
    args,
    static builder => builder.Services.AddChatter(builder.Configuration),
    static app =>
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapChatter();
    });

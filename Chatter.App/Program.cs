using Chatter.App;
using Chatter.App.Startup;
using Chatter.Chat;

return await ChatterHost.Run(
    args,
    static builder =>
    {
        builder.Services.AddChatter(builder.Configuration);
        builder.AddChatterUi();
    },
    static app =>
    {
        app.UseChatterUi();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapChatter();
        app.MapChatterUi();
    });

using Chatter.App;
using Chatter.App.Commands;
using Chatter.App.Startup;
using Chatter.Chat;

return MaintenanceCommands.Run(args) ?? await ChatterHost.Run(
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
        app.UseCircuitDoor();
        app.UseAntiforgery();
        app.MapChatter();
        app.MapChatterUi();
    });

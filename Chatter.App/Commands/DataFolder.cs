using Chatter.App.Startup;
using Chatter.Chat.Settings;

namespace Chatter.App.Commands;

/// <summary>The data folder that a server with these settings would have.</summary>
internal static class DataFolder
{
    /// <exception cref="BadSettingsException">There are settings that no server starts with.</exception>
    public static string Of(string[] settings)
    {
        WebApplicationBuilder builder;
        try
        {
            builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = ChatterHost.ContentRoot(settings) });
        }
        catch (Exception e) when (StartupErrors.Explain(e) is { } problems)
        {
            throw new BadSettingsException(problems);
        }
        var check = SettingsCheck.Of(builder.Configuration);
        if (check.Errors.Count > 0) throw new BadSettingsException(check.Errors);
        var server = builder.Configuration.GetSection(ServerSettings.Section).Get<ServerSettings>() ?? new ServerSettings();
        return Path.GetFullPath(server.DataPath, builder.Environment.ContentRootPath);
    }
}

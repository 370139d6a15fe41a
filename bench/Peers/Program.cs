// Peers signalr|kestrel PORT: the servers of .NET that Chatter is compared with. They keep everything in memory.

using System.Globalization;
using Peers;

if (args is not ["signalr" or "kestrel", var number] || !int.TryParse(number, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("Peers signalr|kestrel PORT");
    return 2;
}
var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (args[0] == "signalr") builder.Services.AddSignalR();
await using var app = builder.Build();
app.Urls.Add($"http://127.0.0.1:{port}");
if (args[0] == "signalr") app.MapHub<ChatHub>("/ws");
else app.MapRooms();
await app.RunAsync();
return 0;

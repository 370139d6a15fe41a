// What a circuit costs that does nothing: Blazor Server with MudBlazor's providers and layout around an empty page. `./test.sh measure` holds Chatter's beside it.
using EmptyPage.Components;
using MudBlazor.Services;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices();
await using var app = builder.Build();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
await app.StartAsync();
Console.WriteLine($"listens on {app.Urls.First()}");
await app.WaitForShutdownAsync();

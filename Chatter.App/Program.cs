using Chatter.App;
using Chatter.Chat;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddChatter(builder.Configuration);
builder.AddChatterUi();

var app = builder.Build();
app.UseChatterUi();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapChatter();
app.MapChatterUi();
app.Run();

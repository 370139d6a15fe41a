using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Makes problem details of what no endpoint under <c>/api</c> answers: a path that isn't one, a method that it doesn't have, an error that nobody
/// expected. A startup filter, so that it holds whatever the host puts into its pipeline.
/// </summary>
internal sealed class ApiProblems : IStartupFilter
{
    private static readonly Refusal NotFound = new(ErrorCodes.NotFound, "There is nothing at this address. The calls are in docs/protocol.md §3.");
    private static readonly Refusal MethodNotAllowed = new(ErrorCodes.MethodNotAllowed, "This address doesn't take that method. Which it takes is in the header Allow.");
    private static readonly Refusal Malformed = new(ErrorCodes.BadFrame, "The request is malformed.");
    private static readonly Refusal Failed = new(ErrorCodes.Internal, "The server failed. What was asked may have happened all the same; the operator finds the reason in the log.");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/api"), static api =>
        {
            api.UseStatusCodePages(static context => Problems.Write(context.HttpContext, Explain(context.HttpContext.Response.StatusCode)));
            api.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = static http => Problems.Write(http, Failed) });
        });
        next(app);
    };

    private static Refusal Explain(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        < StatusCodes.Status500InternalServerError => Malformed,
        _ => Failed,
    };
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Chatter.App.Circuits;

/// <summary>
/// Ends a circuit as the page does that is left: by the endpoint that it calls then, which is the only public way. Called in this process, without a request.
/// </summary>
internal sealed partial class CircuitEnder(EndpointDataSource endpoints, IServiceProvider services, ILogger<CircuitEnder> logger)
{
    private const string Field = "circuitId";

    /// <summary>Ends it, if it is there.</summary>
    public async Task End(string secret)
    {
        try
        {
            var http = new DefaultHttpContext { RequestServices = services };
            http.Request.Method = HttpMethods.Post;
            http.Request.Path = CircuitDoor.Goodbye;
            http.Request.ContentType = "application/x-www-form-urlencoded";
            http.Features.Set<IFormFeature>(new FormFeature(new FormCollection(new Dictionary<string, StringValues> { [Field] = secret })));
            await Find()(http);
            if (http.Response.StatusCode != StatusCodes.Status200OK) Log.NotEnded(logger, http.Response.StatusCode);
        }
        catch (Exception failure)
        {
            // It stays until its time is up.
            Log.EndFailed(logger, failure);
        }
    }

    private RequestDelegate Find() =>
        endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(static endpoint => endpoint.RoutePattern.RawText?.Trim('/') == CircuitDoor.Goodbye.Trim('/'))?.RequestDelegate
        ?? throw new InvalidOperationException($"Nothing answers at {CircuitDoor.Goodbye}.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A circuit too many could not be ended: {Status}")]
        public static partial void NotEnded(ILogger logger, int status);

        [LoggerMessage(2, LogLevel.Warning, "A circuit too many could not be ended")]
        public static partial void EndFailed(ILogger logger, Exception failure);
    }
}

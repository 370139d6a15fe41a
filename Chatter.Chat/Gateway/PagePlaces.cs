using Chatter.Chat.Broadcasting;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

/// <summary>A place among the pages on their way for each request that reads, until the client has taken the answer.</summary>
internal sealed class PagePlaces(PageBudget pages) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            http.Response.RegisterForDispose(await pages.Enter(http.User.UserId(), http.Abort, http.RequestAborted));
        return await next(context);
    }
}

using Chatter.Chat.Messages;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;

namespace Chatter.Chat.Gateway;

/// <summary>A token bucket for each user's requests. What they ask for is bounded by itself, but not how often: rooms made and left again would pile up.</summary>
internal sealed class RequestRate(SendBuckets buckets) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        buckets.TakeRequest(context.HttpContext.User.UserId()) is { } refusal ? ValueTask.FromResult<object?>(Problems.Result(refusal)) : next(context);
}

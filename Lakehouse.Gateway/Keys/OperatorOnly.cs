using Lakehouse.Gateway.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Lakehouse.Gateway.Keys;

/// <summary>Lets a caller with the scope <c>admin</c> pass, whom the endpoint finds among the request's features.</summary>
internal sealed class OperatorOnly(ConsumerKeys keys) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var caller = await keys.AdmitAsync(context.HttpContext);
        if (!caller.Scopes.Admin)
        {
            throw new ApiError(403, "forbidden", $"This needs a key with the scope `admin`, such as the operator's; '{caller.Consumer}' called without it.");
        }

        context.HttpContext.Features.Set(caller);
        return await next(context);
    }
}

internal static class OperatorOnlyExtensions
{
    /// <summary>Who changes something, for the record: a key's id, or the consumer whose key is the configuration's.</summary>
    public static string Operator(this HttpContext context)
    {
        var caller = context.Features.GetRequiredFeature<Caller>();
        return caller.KeyId ?? caller.Consumer;
    }
}

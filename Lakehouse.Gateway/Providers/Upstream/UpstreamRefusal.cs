using System.Net;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>What HTTP's own statuses mean, before a vendor's body says more.</summary>
internal static class UpstreamRefusal
{
    public static ProviderFailure ByStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderFailure.Auth,
        HttpStatusCode.PaymentRequired => ProviderFailure.Quota,
        HttpStatusCode.NotFound => ProviderFailure.ModelNotFound,
        HttpStatusCode.RequestTimeout => ProviderFailure.Unavailable,
        HttpStatusCode.TooManyRequests => ProviderFailure.RateLimited,
        >= HttpStatusCode.InternalServerError => ProviderFailure.Unavailable,
        >= HttpStatusCode.BadRequest => ProviderFailure.InvalidRequest,
        _ => ProviderFailure.Protocol,
    };
}

using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

internal static class UpstreamError
{
    public static ApiError Of(ProviderException problem)
    {
        var rule = ProviderFailures.Of(problem.Failure);
        TimeSpan? wait = problem.Failure == ProviderFailure.RateLimited ? problem.RetryAfter ?? TimeSpan.FromSeconds(30) : null;
        return new(rule.Status, rule.Code, problem.Message, problem.Failure == ProviderFailure.ModelNotFound ? "model" : null, wait);
    }
}

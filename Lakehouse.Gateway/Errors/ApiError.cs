namespace Lakehouse.Gateway.Errors;

/// <summary>A planned refusal that the caller is told about, in OpenAI's error object.</summary>
/// <param name="code">Stable, for programs: <c>budget_exceeded</c>, <c>model_not_found</c>, … (docs/errors.md).</param>
/// <param name="param">The field at fault, where there is one.</param>
internal sealed class ApiError(int status, string code, string message, string? param = null, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string? Param { get; } = param;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>OpenAI's family of the error; clients choose their exception type by status and this.</summary>
    public string Type => Status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    public static ApiError BadInput(string param, string message) => new(400, "invalid_request", message, param);
}

using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>A request's body that is a file.</summary>
internal static class UploadedFile
{
    /// <summary>Bytes; the workers of half a million as CSV are a fifth of it.</summary>
    public const long Limit = 512L << 20;

    /// <summary>A file of its own that goes when it is closed: Parquet is read from its end.</summary>
    public static FileStream Temporary() =>
        new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <exception cref="ApiError">413.</exception>
    public static async Task<T> TakeAsync<T>(HttpContext context, Func<Stream, Task<T>> take)
    {
        if (context.Request.ContentLength > Limit)
        {
            throw TooLarge();
        }

        try
        {
            return await take(context.Request.Body);
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge();
        }
    }

    private static ApiError TooLarge() => new(413, "request_too_large", $"The file is larger than {Limit >> 20} MiB, which is the most that is accepted; send it in parts: rows that a part does not have stay.", "body");
}

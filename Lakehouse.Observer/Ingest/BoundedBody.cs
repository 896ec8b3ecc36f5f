namespace Lakehouse.Observer.Ingest;

/// <summary>Reads a request body up to a limit, whether its length was announced or not.</summary>
internal static class BoundedBody
{
    public const int Limit = 256 * 1024;

    /// <returns>Null when the body is larger than <see cref="Limit"/>.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Limit)
        {
            return null;
        }

        using var whole = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (whole.Length + read > Limit)
            {
                return null;
            }

            whole.Write(chunk, 0, read);
        }

        return whole.ToArray();
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>Asks a forge's API. What goes wrong becomes a <see cref="ForgeException"/> that says what to do and holds no token.</summary>
internal sealed class ForgeHttp(HttpClient client, ForgeDialect dialect, ForgeTarget target, ForgeAccess access, TimeProvider time)
{
    private const int MostTries = 3;
    private const int MostPages = 40;

    /// <summary>A longer wait that the server asks for is a person's to wait.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public ForgeTarget Target => target;

    public GitCredential? PushCredential => target.PushNeedsCredential ? access.Credential : null;

    /// <summary>Every page, up to 40 of them.</summary>
    /// <param name="path">Below the repository's address, with a query that names the page's size.</param>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, string what, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        for (var page = 1; page <= MostPages; page++)
        {
            using var reply = await SendAsync(HttpMethod.Get, $"{path}&page={page}", body: null, what, cancellationToken);
            var found = await ReadAsync<List<T>>(reply, what, cancellationToken);
            all.AddRange(found);
            // a server may give smaller pages than were asked for: the header tells whether there are more, else an empty page does
            if (found.Count == 0 || (reply.Headers.TryGetValues("Link", out var links) && !links.Any(link => link.Contains("rel=\"next\"", StringComparison.Ordinal))))
            {
                break;
            }
        }

        return all;
    }

    public async Task<T> AskAsync<T>(HttpMethod method, string path, object? body, string what, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(method, path, body, what, cancellationToken);
        return await ReadAsync<T>(reply, what, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string what, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            HttpResponseMessage reply;
            try
            {
                using var request = new HttpRequestMessage(method, target.RepositoryApi + path) { Content = body is null ? null : JsonContent.Create(body, options: LakehouseJson.Options) };
                request.Headers.Authorization = access.Header;
                foreach (var (name, value) in dialect.Headers)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                reply = await client.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (method == HttpMethod.Get && tries == 1)
            {
                // reading again does no harm; whoever writes must find out first whether it was done
                continue;
            }
            catch (HttpRequestException failure)
            {
                throw new ForgeException($"{dialect.Product} at {new Uri(target.Api).Authority} could not be reached, or broke off: {failure.Message}", failure);
            }
            catch (Exception late) when (!cancellationToken.IsCancellationRequested && late is OperationCanceledException or TimeoutException)
            {
                throw new ForgeException($"{dialect.Product} at {new Uri(target.Api).Authority} did not answer in time.", late);
            }

            if (reply.IsSuccessStatusCode)
            {
                return reply;
            }

            using (reply)
            {
                var said = await ForgeRefusal.ReadAsync(reply, time, cancellationToken);
                if (said.Wait is not { } wait || wait > LongestWait || tries == MostTries)
                {
                    var detail = said.Text.Length == 0 ? "" : $" It says: {GitSecrets.Remove(said.Text, [access.Credential.Password])}";
                    throw new ForgeException($"{dialect.Product} would not {what} ({(int)reply.StatusCode}): {said.Meaning(dialect, target)}{detail}", status: reply.StatusCode);
                }

                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage reply, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await reply.Content.ReadFromJsonAsync<T>(LakehouseJson.Options, cancellationToken) ?? throw new JsonException("the reply is null");
        }
        catch (JsonException invalid)
        {
            throw new ForgeException($"{dialect.Product}'s reply to '{what}' is not what its API describes: {invalid.Message}", invalid);
        }
    }
}

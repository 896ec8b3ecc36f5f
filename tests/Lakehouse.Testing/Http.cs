namespace Lakehouse.Testing;

public static class Http
{
    /// <summary>A client of a server on loopback. Tests hold a handful, so no factory pools them.</summary>
    public static HttpClient Client(string url)
    {
        // No propagation: a host of another test in this process listens to every HttpClient, and would put the traceparent of
        // its own unsampled span in the place of ours.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        return new HttpClient(handler, disposeHandler: true) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(100) };
    }
}

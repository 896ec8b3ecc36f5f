namespace Lakehouse.Testing;

public static class Http
{
    /// <summary>A client of a server on loopback. Tests hold a handful, so no factory pools them.</summary>
    public static HttpClient Client(string url)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        return new HttpClient(handler, disposeHandler: true) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(100) };
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.Gateway.Home;

/// <summary>The stylesheet of the gateway's pages, and the policy under which it is the only thing that takes effect.</summary>
internal static class HomeStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --line: #8884; --ok: #1a7f37; --bad: #cf222e; }
        @media (prefers-color-scheme: dark) { :root { --ok: #3fb950; --bad: #f85149; } }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; }
        h1 { font-size: 1.4rem; margin: 0; }
        h2 { border-bottom: 1px solid var(--line); font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
        th { font-weight: 600; }
        td.id { min-width: 10rem; overflow-wrap: anywhere; }
        td.number, th.number { text-align: right; white-space: nowrap; }
        meter { height: 1rem; vertical-align: middle; width: 9rem; }
        pre { background: #8882; border-radius: 4px; overflow-x: auto; padding: .6rem; }
        .wide { overflow-x: auto; }
        .ok { color: var(--ok); }
        .bad { color: var(--bad); }
        .note { border-left: 3px solid var(--bad); padding-left: .6rem; }
        """;

    // nothing that a consumer's or a model's name could smuggle in may run or load
    public static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static string Document(string title, Html body) =>
        new Html().Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>")
        + Css + "</style></head><body>" + body + "</body></html>\n";
}

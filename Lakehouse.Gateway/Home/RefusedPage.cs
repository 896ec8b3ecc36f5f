using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Home;

/// <summary>What a browser shows to whom the home page is not shown.</summary>
internal static class RefusedPage
{
    public static string Render(ApiError refusal) => HomeStyle.Document("Lakehouse gateway", refusal.Status == StatusCodes.Status401Unauthorized
        ? new Html().Add($"""
            <h1>Lakehouse gateway</h1><p class="note">{refusal.Message}</p>
            <p>This page needs a key. A browser asks for one: any name, the key as the password. In a terminal:</p>
            <pre>curl -H "Authorization: Bearer $LAKEHOUSE_KEY" …</pre>
            <p>The operator makes keys with <code>POST /v1/keys</code>; the operator's own is in the data folder's <code>keys.json</code>.</p>
            """)
        : new Html().Add($"""<h1>Lakehouse gateway</h1><p class="note">{refusal.Message}</p>"""));
}

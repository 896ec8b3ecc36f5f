using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.BotWorker.Tests.Forges;

/// <summary>git's own HTTP server side, as a forge runs it behind its web server.</summary>
internal static class GitHttpBackend
{
    public static async Task AnswerAsync(HttpContext context, string root, byte[] body)
    {
        var start = new ProcessStartInfo("git", "http-backend") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["PATH_INFO"] = context.Request.Path,
            ["QUERY_STRING"] = context.Request.QueryString.Value?.TrimStart('?') ?? "",
            ["REQUEST_METHOD"] = context.Request.Method,
            ["CONTENT_TYPE"] = context.Request.ContentType ?? "",
            ["CONTENT_LENGTH"] = $"{body.Length}",
            ["HTTP_CONTENT_ENCODING"] = context.Request.Headers.ContentEncoding.ToString(),
            ["GIT_PROTOCOL"] = context.Request.Headers["Git-Protocol"].ToString(),
            ["REMOTE_USER"] = "bot",
            ["REMOTE_ADDR"] = "127.0.0.1",
        })
        {
            start.Environment[name] = value;
        }

        using var git = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = git.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = git.StandardError.ReadToEndAsync();
        await git.StandardInput.BaseStream.WriteAsync(body);
        git.StandardInput.Close();
        await reading;
        await errors;
        await git.WaitForExitAsync();
        await WriteAsync(context, output.ToArray());
    }

    private static async Task WriteAsync(HttpContext context, byte[] reply)
    {
        var end = reply.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(reply, 0, end).Split("\r\n"))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name == "Status")
            {
                context.Response.StatusCode = int.Parse(value[..3]);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await context.Response.Body.WriteAsync(reply.AsMemory(end + 4));
    }
}

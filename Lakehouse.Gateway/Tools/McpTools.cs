using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.ServiceDefaults.Contracts;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Lakehouse.Gateway.Tools;

/// <summary>
/// The registry over MCP (streamable HTTP, no sessions): the same tools, admission, checks and audit. A tool that fails is a
/// result with <c>isError</c>, so that a model can read why; a name that no tool has is a protocol error, as MCP wants it
/// (https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling).
/// </summary>
internal static class McpTools
{
    private const string CallerItem = "lakehouse.tool_caller";

    public static void AddToolsOverMcp(this IHostApplicationBuilder builder)
    {
        // below this level the library logs whole messages, with arguments and results
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Information);
        builder.Services.AddMcpServer().WithHttpTransport(http =>
        {
            http.SessionMode = ModelContextProtocol.AspNetCore.HttpServerSessionMode.Stateless;
            http.ConfigureSessionOptions = (context, options, _) =>
            {
                Configure(options, (ToolCaller)context.Items[CallerItem]!, context.RequestServices);
                return Task.CompletedTask;
            };
        });
    }

    public static void MapToolsOverMcp(this IEndpointRouteBuilder routes) =>
        routes.MapMcp("/mcp").AnswersOpenAiErrors().AddEndpointFilter(async (context, next) =>
        {
            var keys = context.HttpContext.RequestServices.GetRequiredService<ConsumerKeys>();
            context.HttpContext.Items[CallerItem] = ToolCaller.Of(await keys.AdmitAsync(context.HttpContext));
            return await next(context);
        });

    private static void Configure(McpServerOptions options, ToolCaller caller, IServiceProvider services)
    {
        var registry = services.GetRequiredService<ToolRegistry>();
        var tools = services.GetRequiredService<ToolInvoker>();
        options.ServerInfo = new() { Name = "lakehouse", Version = typeof(McpTools).Assembly.GetName().Version?.ToString(3) ?? "0" };
        options.Capabilities = new() { Tools = new() };
        options.Handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. registry.All.Where(caller.MayCall).Select(Describe)] });
        options.Filters.Message.IncomingFilters.Add(next => (message, cancellationToken) => UnknownTool(message, registry) is { } unknown
            ? RefuseAsync(unknown, tools, caller, cancellationToken)
            : next(message, cancellationToken));
        options.Handlers.CallToolHandler = async (request, cancellationToken) => await CallAsync(tools, caller, request.Params, services.GetRequiredService<TimeProvider>(), cancellationToken);
    }

    private static JsonRpcRequest? UnknownTool(MessageContext message, ToolRegistry registry) =>
        message.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall } call && NameOf(call) is { } name && registry.Find(name) is null ? call : null;

    private static string? NameOf(JsonRpcRequest call) => (call.Params as JsonObject)?["name"] is JsonValue name && name.TryGetValue(out string? text) ? text : null;

    // thrown in front of the library's own handler of tool calls, which logs every exception as a fault of ours
    private static async Task RefuseAsync(JsonRpcRequest call, ToolInvoker tools, ToolCaller caller, CancellationToken cancellationToken)
    {
        var outcome = await tools.CallAsync(NameOf(call)!, (call.Params!["arguments"] as JsonObject)?.DeepClone().AsObject() ?? [], caller, cancellationToken);
        throw new McpProtocolException(outcome.Error!.Message, McpErrorCode.InvalidParams);
    }

    private static async Task<CallToolResult> CallAsync(ToolInvoker tools, ToolCaller caller, CallToolRequestParams? call, TimeProvider time, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject((call?.Arguments ?? new Dictionary<string, JsonElement>()).Select(argument => KeyValuePair.Create(argument.Key, Node(argument.Value))));
        ToolOutcome outcome;
        try
        {
            outcome = await tools.CallAsync(call?.Name ?? "", arguments, caller, cancellationToken);
        }
        catch (Exception problem) when (ErrorWriter.ToApiError(problem, time) is { } planned)
        {
            return Failed(planned);
        }

        return outcome switch
        {
            { Error: { } error } => Failed(error),
            _ => Answered(outcome.Result!),
        };
    }

    private static Tool Describe(ITool tool) => new()
    {
        Name = tool.Name, Description = tool.Description, InputSchema = JsonSerializer.SerializeToElement(tool.Parameters),
        Annotations = new() { ReadOnlyHint = tool.Permission == ToolPermission.Read },
    };

    private static CallToolResult Answered(byte[] result) => new()
    {
        Content = [new TextContentBlock { Text = Encoding.UTF8.GetString(result) }],
        StructuredContent = result is [(byte)'{', ..] ? JsonElement.Parse(result) : null,
    };

    private static CallToolResult Failed(ApiError error) => new() { IsError = true, Content = [new TextContentBlock { Text = $"{error.Code}: {error.Message}" }] };

    private static JsonNode? Node(JsonElement element) => JsonSerializer.SerializeToNode(element);
}

using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// <c>POST /v1/chat</c>, its alias <c>/v1/chat/completions</c>, and <c>/v1/messages</c> for Anthropic's clients. The path of a request, top to bottom:
/// admit → parse → route → for each attempt: plan, reserve, call, settle and record → answer.
/// </summary>
internal static class ChatApi
{
    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat", HandleAsync).AnswersOpenAiErrors().WithName("chat").WithSummary("A chat completion in OpenAI's shape, buffered or streamed");
        routes.MapPost("/v1/chat/completions", HandleAsync).AnswersOpenAiErrors().WithName("chat_completions").WithSummary("The same, where OpenAI's clients look for it");
        routes.MapPost("/v1/messages", MessagesAsync).AnswersErrors(AnthropicErrors.Body).WithName("messages").WithSummary("The same in Anthropic's shape, buffered or streamed");
        routes.MapPost("/v1/messages/count_tokens", CountAsync).AnswersErrors(AnthropicErrors.Body).WithName("count_tokens").WithSummary("Tokens of a request, estimated");
        routes.Map(NotServed.Pattern, NotServed.Refuse).AnswersErrors(AnthropicErrors.Either).WithName("unknown").ExcludeFromDescription();
    }

    private static async Task<IResult> HandleAsync(HttpContext context, ConsumerKeys keys, ChatEntry entry)
    {
        var caller = await keys.AdmitAsync(context);
        var request = ChatRequest.Parse(await RequestBody.BytesAsync(context));
        return await entry.AnswerAsync(context, caller, request, OpenAiShape.Instance);
    }

    private static async Task<IResult> MessagesAsync(HttpContext context, ConsumerKeys keys, ChatEntry entry)
    {
        var caller = await keys.AdmitAsync(context);
        var message = AnthropicRequest.Parse(await RequestBody.ReadAsync(context, checksTexts: true), context.Request.Headers);
        return await entry.AnswerAsync(context, caller, ChatRequest.Parse(message.Body), AnthropicShape.Instance, message.Native, message.Require);
    }

    private static async Task<IResult> CountAsync(HttpContext context, ConsumerKeys keys)
    {
        await keys.AdmitAsync(context);
        return new JsonAnswer(AnthropicCount.Of(AnthropicRequest.Parse(await RequestBody.ReadAsync(context, checksTexts: true), context.Request.Headers, counting: true).Body));
    }
}

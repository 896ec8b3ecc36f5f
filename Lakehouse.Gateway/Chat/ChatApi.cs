using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// <c>POST /v1/chat</c> and its alias <c>/v1/chat/completions</c>. The path of a request, top to bottom:
/// admit → plan (route, limit, price) → reserve → call → settle and record → answer.
/// </summary>
internal static class ChatApi
{
    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat", HandleAsync).AnswersOpenAiErrors().WithName("chat").WithSummary("A chat completion in OpenAI's shape, buffered or streamed");
        routes.MapPost("/v1/chat/completions", HandleAsync).AnswersOpenAiErrors().WithName("chat_completions").WithSummary("The same, where OpenAI's clients look for it");
        routes.Map("/v1/{**path}", NotFound).AnswersOpenAiErrors().WithName("unknown").ExcludeFromDescription();
    }

    private static async Task<IResult> HandleAsync(HttpContext context, ConsumerKeys keys, ChatPlanner planner, BufferedChat buffered, StreamedChat streamed, Reservation reservation)
    {
        var consumer = (await keys.AdmitAsync(context)).Consumer;
        var request = ChatRequest.Parse(await RequestBody.ReadAsync(context));
        var call = planner.Plan(consumer, request);
        ReplyHeaders.Write(context.Response, call);
        var hold = await reservation.MakeAsync(call, context.RequestAborted);
        ReplyHeaders.WriteBudget(context.Response, hold, hold.State);
        return request.Stream ? await streamed.RunAsync(context, call, hold) : await buffered.RunAsync(context, call, hold);
    }

    private static IResult NotFound(HttpContext context) =>
        throw new ApiError(404, "not_found", $"{context.Request.Method} {context.Request.Path} is not served here; see docs/ for what is.");
}

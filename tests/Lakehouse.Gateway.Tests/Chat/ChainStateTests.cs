using Lakehouse.Gateway.Chat;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class ChainStateTests
{
    [Fact]
    public void Several_failures_are_one_message_with_each_candidate_apart()
    {
        var state = new ChainState();
        state.Failed("ollama/a", new(404, "model_not_found", "No such model."));
        state.Failed("ollama/b", new(503, "circuit_open", "Left alone."));

        var error = state.Error();

        Assert.Equal((503, "Every candidate failed. ollama/a: No such model; ollama/b: Left alone."), (error.Status, error.Message));
    }
}

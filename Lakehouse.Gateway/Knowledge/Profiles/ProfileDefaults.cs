using Lakehouse.Gateway.Chat;

namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>Gives a chat its profiles, and puts in what it does not say itself.</summary>
internal static class ProfileDefaults
{
    /// <returns>The request with its profiles; whether its body, or what stands for it, is another now.</returns>
    public static (ChatRequest Request, bool IsChanged) With(this ChatRequest request, ChosenProfiles profiles)
    {
        var execution = profiles.Execution;
        var setsTemperature = execution.Temperature is not null && request.Body["temperature"] is null;
        var setsThinking = execution.Think is not null && request.Think is null;
        if (setsTemperature)
        {
            request.Body["temperature"] = execution.Temperature;
        }

        var given = request with
        {
            Profiles = profiles, MaxTokens = request.MaxTokens ?? execution.MaxTokens, Think = request.Think ?? execution.Think, Clamp = request.Clamp || execution.Clamp == true,
        };
        return (given, setsTemperature || setsThinking || given.MaxTokens != request.MaxTokens);
    }
}

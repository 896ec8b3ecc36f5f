namespace Lakehouse.Gateway.Sessions;

internal static class SessionsExtensions
{
    public static void AddSessions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<SessionMessages>();
        builder.Services.AddSingleton<SessionHistory>();
        builder.Services.AddSingleton<SessionSearch>();
    }
}

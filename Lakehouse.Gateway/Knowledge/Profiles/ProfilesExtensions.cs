namespace Lakehouse.Gateway.Knowledge.Profiles;

internal static class ProfilesExtensions
{
    public static void AddProfiles(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ProfileBook>();
        builder.Services.AddSingleton<ProfileStore>();
    }
}

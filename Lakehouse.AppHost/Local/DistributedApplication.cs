using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Stands in for the part of Aspire.Hosting that AppHost.cs uses, where its packages cannot be restored. Same names,
// same signatures; a test compares this surface with a committed list.
namespace Aspire.Hosting;

public class DistributedApplicationException(string message) : Exception(message);

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }
    public bool DisableDashboard { get; set; }
}

public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => ConnectionStringExpression.GetValueAsync(cancellationToken);
}

public interface IProjectMetadata
{
    string ProjectPath { get; }
}

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }
    string AppHostDirectory { get; }
    DistributedApplication Build();
}

public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;

    internal DistributedApplication(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new LocalBuilder(options);

    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public virtual void Dispose()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_host).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

internal sealed class LocalBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly bool _withDashboard;

    public LocalBuilder(DistributedApplicationOptions options)
    {
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = options.Args, ContentRootPath = AppHostDirectory });
        // a start that fails is told in one sentence, not as the host's stack trace
        _host.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        _withDashboard = !options.DisableDashboard;
        RandomPorts = Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        LocalDashboard.ChooseAddresses(Configuration, RandomPorts);
    }

    public ConfigurationManager Configuration => _host.Configuration;
    public bool RandomPorts { get; }
    public List<Resource> Resources { get; } = [];

    // the assembly is in bin/<configuration>/net10.0 of its project
    public string AppHostDirectory { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));

    public DistributedApplication Build()
    {
        if (_withDashboard)
        {
            LocalDashboard.Add(this);
        }

        _host.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(40));
        _host.Services.AddSingleton(this).AddSingleton(new ResourceNotificationService()).AddHostedService<Orchestrator>();
        return new DistributedApplication(_host.Build());
    }
}

internal sealed record LocalResource<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : Resource;

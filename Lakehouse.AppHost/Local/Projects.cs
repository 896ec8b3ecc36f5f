using Aspire.Hosting;

// Aspire's SDK generates these from the project references.
namespace Projects;

internal abstract class CheckoutProject(string name) : IProjectMetadata
{
    public string ProjectPath { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", name, name + ".csproj"));
}

internal sealed class Lakehouse_Gateway() : CheckoutProject("Lakehouse.Gateway");

internal sealed class Lakehouse_Observer() : CheckoutProject("Lakehouse.Observer");

internal sealed class Lakehouse_BotWorker() : CheckoutProject("Lakehouse.BotWorker");

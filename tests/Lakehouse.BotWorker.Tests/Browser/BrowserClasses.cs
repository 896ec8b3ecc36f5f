namespace Lakehouse.BotWorker.Tests.Browser;

[CollectionDefinition(nameof(BrowserHost))]
public sealed class BrowserClasses : ICollectionFixture<BrowserHost>;

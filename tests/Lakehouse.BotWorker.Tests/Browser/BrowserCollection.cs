namespace Lakehouse.BotWorker.Tests.Browser;

[CollectionDefinition(nameof(BrowserHost))]
public sealed class BrowserCollection : ICollectionFixture<BrowserHost>;

using Lakehouse.AppHost.Engines;

return await EngineCommand.RunAsync(args);

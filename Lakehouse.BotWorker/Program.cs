using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Commands;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Jobs;
using Lakehouse.ServiceDefaults;

if (BotCommand.Is(args))
{
    return await BotCommand.RunAsync(args);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddJobs();
builder.AddCycles();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapJobs();
app.MapBotApi();
await app.RunAsync();
return 0;

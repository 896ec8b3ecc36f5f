using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Jobs;
using Lakehouse.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddJobs();
builder.AddCycles();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapJobs();
app.MapBotApi();
app.Run();

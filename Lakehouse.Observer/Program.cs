using Lakehouse.Observer.Ingest;
using Lakehouse.Observer.Page;
using Lakehouse.Observer.Stats;
using Lakehouse.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddIngest();
builder.AddStats();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapIngest();
app.MapStats();
app.MapPage();
app.Run();

using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Embeddings;
using Lakehouse.Gateway.Home;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Memory;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Models;
using Lakehouse.Gateway.OpenApi;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Requests;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing;
using Lakehouse.Gateway.Tools;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults;

if (args is [TruthCommand.Name, ..])
{
    return TruthCommand.Run(args[1..], Console.In, Console.Out, Console.Error);
}

if (args is [StaffingCommand.Name, ..])
{
    return await StaffingCommand.RunAsync(args[1..]);
}

if (args is [ProfilesCommand.Name, ..])
{
    return await ProfilesCommand.RunAsync(args[1..], WebApplication.CreateBuilder().Configuration, Console.Out, Console.Error, CancellationToken.None);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGatewayConfig();
builder.AddTruth();
builder.AddUsage();
builder.AddBudgets();
builder.AddKeys();
builder.AddProviders();
builder.AddRequests();
builder.AddModels();
builder.AddChat();
builder.AddSessions();
builder.AddTools();
builder.AddContext();
builder.AddMemory();
builder.AddRetrieval();
builder.AddPlaybooks();
builder.AddProfiles();
builder.AddStaffing();
builder.AddHome();
builder.AddApiDocument();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapChat();
app.MapEmbeddings();
app.MapModels();
app.MapUsage();
app.MapBudgets();
app.MapRequests();
app.MapConfig();
app.MapKeys();
app.MapSessions();
app.MapTools();
app.MapContext();
app.MapMemory();
app.MapRetrieval();
app.MapTruth();
app.MapPlaybooks();
app.MapProfiles();
app.MapStaffing();
app.MapHome();
app.MapApiDocument();
await app.RunAsync();
return 0;

/// <summary>Named for the tests' application factory.</summary>
public partial class Program;

using Xunit.Sdk;
using Xunit.v3;

// each test starts the whole system; two at once would only take each other's processor
[assembly: Parallelization(Mode = ParallelMode.None)]

using BenchmarkDotNet.Running;
using GmmVision.Benchmarks;

// dotnet run -c Release --project tests/GmmVision.Benchmarks -- --filter '*'     (--list flat shows what there is)
// dotnet run -c Release --project tests/GmmVision.Benchmarks -- float-state FOLDER
if (args is ["float-state", string folder])
    return FloatState.Run(folder);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;

using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/GmmVision.Benchmarks -- --filter '*'     (--list flat shows what there is)
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);

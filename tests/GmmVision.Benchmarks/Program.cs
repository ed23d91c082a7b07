Console.Error.WriteLine("GmmVision.Benchmarks: nothing here yet"); return 2;

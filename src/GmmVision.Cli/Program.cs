Console.Error.WriteLine("GmmVision.Cli: nothing here yet"); return 2;

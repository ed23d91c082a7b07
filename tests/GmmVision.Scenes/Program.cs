Console.Error.WriteLine("GmmVision.Scenes: nothing here yet"); return 2;

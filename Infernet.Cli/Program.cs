Console.WriteLine("infernet");

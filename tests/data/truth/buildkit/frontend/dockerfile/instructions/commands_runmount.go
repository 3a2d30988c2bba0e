package instructions

func hook() { st.flag = req.flags.AddStrings("mount") }

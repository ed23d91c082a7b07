#!/usr/bin/python3
"""An RTSP camera of H.264 on the loopback: rtsp_camera.py PORT, then rtsp://127.0.0.1:PORT/camera. Says "ready" when it answers.

Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base and gstreamer1.0-plugins-ugly.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch("( videotestsrc is-live=true pattern=ball motion=sweep ! video/x-raw,width=640,height=360,framerate=25/1"
                   " ! x264enc tune=zerolatency key-int-max=50 speed-preset=ultrafast bitrate=1500 ! rtph264pay name=pay0 pt=96 )")
server.get_mount_points().add_factory("/camera", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()

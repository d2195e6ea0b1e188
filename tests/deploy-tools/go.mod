// Only read in GOPATH mode: its presence lets import paths that end in /vN resolve.
module deploy-tools

go 1.26

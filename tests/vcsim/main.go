// SPDX-License-Identifier: LGPL-2.1-or-later

// A VI host for tests/vcsim.sh that this project did not write: govmomi's simulator, as
// an ESX host or as a vCenter.  When it is ready it prints its address, then the name and
// the folder of each of its datastores.  It ends when its standard input does, so that it
// does not outlive the test, and tells what has become of the machines and how many
// sessions were not logged out.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// Slow calls, as "PowerOnVM_Task=1500": milliseconds.
type delays map[string]int

func (d delays) String() string {
	return ""
}

func (d delays) Set(text string) error {
	method, number, found := strings.Cut(text, "=")
	milliseconds, err := strconv.Atoi(number)
	if !found || err != nil {
		return fmt.Errorf("expected METHOD=MILLISECONDS")
	}
	d[method] = milliseconds
	return nil
}

// The vCenter has two datacenters, one of them with folders around everything, and in
// each a cluster, a host beside it, and an app.
func model(vcenter bool) *simulator.Model {
	m := simulator.ESX()
	if vcenter {
		m = simulator.VPX()
		m.Datacenter = 2
		m.Folder = 1
		m.App = 1
	}
	m.Machine = 2
	m.Autostart = false
	return m
}

// Those who are logged in, as one of them would be told.
func sessions() int {
	session := simulator.Session{Registry: simulator.NewRegistry()}
	manager := session.Get(simulator.Map.SessionManager().Reference())
	return len(manager.(*simulator.SessionManager).SessionList)
}

// What a device stands on.
func backing(device types.BaseVirtualDevice) string {
	if card, is := device.(types.BaseVirtualEthernetCard); is {
		mac := card.GetVirtualEthernetCard().MacAddress
		if net, is := device.GetVirtualDevice().Backing.(*types.VirtualEthernetCardNetworkBackingInfo); is {
			return mac + " " + net.DeviceName
		}
		return mac
	}
	if file, is := device.GetVirtualDevice().Backing.(types.BaseVirtualDeviceFileBackingInfo); is {
		return file.GetVirtualDeviceFileBackingInfo().FileName
	}
	return ""
}

func tell(vm *simulator.VirtualMachine) {
	hardware := vm.Config.Hardware
	fmt.Println("machine", vm.Name, hardware.MemoryMB, hardware.NumCPU, vm.Config.Annotation)
	for _, option := range vm.Config.ExtraConfig {
		value := option.GetOptionValue()
		fmt.Println("extra", vm.Name, value.Key, value.Value)
	}
	for _, device := range hardware.Device {
		kind := strings.TrimPrefix(fmt.Sprintf("%T", device), "*types.")
		fmt.Println(strings.TrimSpace(fmt.Sprintln("device", vm.Name, kind, backing(device))))
	}
}

func main() {
	vcenter := flag.Bool("vcenter", false, "a vCenter, and no ESX host")
	idle := flag.Duration("idle", 0, "how long a session lives without a call")
	certificate := flag.String("cert", "", "certificate in PEM")
	key := flag.String("key", "", "its key")
	slow := delays{}
	flag.Var(slow, "delay", "METHOD=MILLISECONDS")
	flag.Parse()

	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		log.Fatal(err)
	}
	simulator.SessionIdleTimeout = *idle
	m := model(*vcenter)
	defer m.Remove()
	if err := m.Create(); err != nil {
		log.Fatal(err)
	}
	m.DelayConfig.MethodDelay = slow
	m.Service.RegisterEndpoints = true
	m.Service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	m.Service.Listen = &url.URL{
		Host: "127.0.0.1:0",
		User: url.UserPassword("root", os.Getenv("VMX_VI_PASSWORD")),
	}
	server := m.Service.NewServer()
	defer server.Close()
	fmt.Println("host", server.URL.Host)
	for _, entity := range simulator.Map.All("Datastore") {
		store := entity.(*simulator.Datastore)
		fmt.Println("datastore", store.Name, store.Info.GetDatastoreInfo().Url)
	}
	before := sessions()
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	for _, vm := range simulator.Map.All("VirtualMachine") {
		tell(vm.(*simulator.VirtualMachine))
	}
	fmt.Println("sessions", sessions()-before)
}

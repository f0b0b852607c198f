# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot heat.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 690,352
set output 'heat.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
unset grid; unset border; set tics scale 0; unset colorbox
set palette defined (0 '#FFFFD9', 1 '#EDF8B1', 2 '#C7E9B4', 3 '#7FCDBB', 4 '#41B6C4', 5 '#1D91C0', 6 '#225EA8', 7 '#253494', 8 '#081D58')
set cbrange [0:1]
set lmargin at screen 0.14857; set rmargin at screen 0.94787; set tmargin at screen 0.90909; set bmargin at screen 0.36364
set xrange [0.5:5.5]; unset logscale x; set xtics norotate ('1' 1, '2' 2, '4' 3, '6' 4, '8' 5)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('1' 1, '4' 2, '8' 3)
unset label 2; set label 3 'transformations of the target' at screen 0.54822, screen 0.125 center; set label 4 'of pretraining' at screen 0.040544, screen 0.63636 center rotate
plot 'heat.csv' index 1 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'heat.csv' index 1 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'heat.csv' index 1 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
unset multiplot
